"""What people do with matches: decide, correct, hand out lists, watch needs, be recommended."""

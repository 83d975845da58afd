"""An event's timetable: talks into slots and rooms, one-to-one meetings into times and tables."""

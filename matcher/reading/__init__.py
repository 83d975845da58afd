"""The closest look at a pair: both texts are read together, claim by claim."""

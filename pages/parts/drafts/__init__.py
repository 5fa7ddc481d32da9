"""The parts of the Territories page on which a draft is made, judged and brought to publication."""

"""The parts of a draft on which territories are asked for, searched, understood and accepted."""

"""The engine of territories on arrays alone: prices and bounds, repair, annealing, bases to be found, exact answers."""

"""Machine code for the inner loops of the optimisers: how it is compiled and kept, and its random numbers."""

"""What can be simulated: parameters in, a result out."""

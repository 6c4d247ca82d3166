"""A store package as a service has one, small enough to test migrations with."""

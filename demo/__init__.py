"""The whole system on one machine: engines, a simulated estate, the programs, the count at the end."""

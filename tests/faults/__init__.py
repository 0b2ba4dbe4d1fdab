"""Kill everything that can be killed while eight clients work, and see that nothing acknowledged is lost or doubled.

`python -m tests.faults --help`, or `make faults`; what it means is in docs/explanation/faults.md.
"""

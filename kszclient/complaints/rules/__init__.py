"""The decision table and the data that its rules name, read and proved."""

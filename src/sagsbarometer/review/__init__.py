"""Reviewed cases: answer files in, checked against the form row by row, all or nothing."""

"""Bounces: for whom delivery failed, with which status, why, on what evidence, and what to do."""

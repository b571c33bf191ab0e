"""What medicine says: analytes, units, drugs, thresholds, references. Every stage reads it; it imports nothing of ours."""

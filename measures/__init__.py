"""What section 三 of the plan asks for besides figures: measures that units take, kept as records, and the appraisal that follows."""

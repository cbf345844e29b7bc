"""Problems (问题台账): what stands in the way at a place, followed until somebody else has seen that it is gone."""

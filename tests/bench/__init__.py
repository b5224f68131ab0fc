"""Speed and size as ratios, each measured against something in the same run, so that any machine may judge."""

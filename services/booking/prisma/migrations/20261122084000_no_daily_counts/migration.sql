-- Counted bookings of a day before limit_counts did.
DROP TABLE daily_counts;

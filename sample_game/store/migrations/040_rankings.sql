-- Rankings add up what was earned since some time.
CREATE INDEX points_by_time ON points (earned_at);

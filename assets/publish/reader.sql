-- For DuckDB's command line: duckdb -readonly -init reader.sql var/publish/current/marts.duckdb
-- It shuts the session against everything but the publication; docs/access.md says more.
set temp_directory = '';
set autoinstall_known_extensions = false;
set autoload_known_extensions = false;
set allow_community_extensions = false;
set TimeZone = 'UTC';
.safe_mode

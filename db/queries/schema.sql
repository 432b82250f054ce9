-- name: has_schema_sqlite()$
SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration';

-- name: has_schema_postgresql()$
SELECT COUNT(*) FROM information_schema.tables
WHERE table_schema = CURRENT_SCHEMA AND table_name = 'schema_migration';

-- name: applied_migrations()
SELECT version, checksum FROM schema_migration ORDER BY version;

-- name: has_migration(version)$
SELECT COUNT(*) FROM schema_migration WHERE version = :version;

-- name: add_migration(version, name, checksum, applied_at)!
INSERT INTO schema_migration (version, name, checksum, applied_at)
VALUES (:version, :name, :checksum, :applied_at);

/**
 * A row is what the API answered, with a column of its own for what is asked for: to have another one, add a line.
 * `gone_at` is when it was found to be no longer there, epoch ms.
 */
export const schema = `
  CREATE TABLE IF NOT EXISTS jobs (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    gone_at INTEGER,
    data TEXT NOT NULL,
    number INTEGER AS (data ->> '$.number'),
    status TEXT AS (data ->> '$.status'),
    location TEXT AS (data ->> '$.location.name'),
    scheduled_date INTEGER AS (data ->> '$.scheduledDate'),
    PRIMARY KEY (account, id)
  );
  CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (account, status);

  CREATE TABLE IF NOT EXISTS appointments (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    gone_at INTEGER,
    data TEXT NOT NULL,
    job_id INTEGER AS (data ->> '$.job.id'),
    status TEXT AS (data ->> '$.status'),
    window_start INTEGER AS (data ->> '$.windowStart'),
    window_end INTEGER AS (data ->> '$.windowEnd'),
    PRIMARY KEY (account, id)
  );
  CREATE INDEX IF NOT EXISTS appointments_by_status ON appointments (account, status);

  -- How far each list of each account was read.
  CREATE TABLE IF NOT EXISTS progress (
    account TEXT NOT NULL,
    resource TEXT NOT NULL,
    cursor INTEGER,
    run TEXT,
    PRIMARY KEY (account, resource)
  );

  CREATE TABLE IF NOT EXISTS outcomes (
    account TEXT PRIMARY KEY,
    synced_at INTEGER,
    compared_at INTEGER,
    error TEXT,
    failed_at INTEGER
  );
`

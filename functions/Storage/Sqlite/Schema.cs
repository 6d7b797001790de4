namespace CdAutomation.Storage.Sqlite;

/// <summary>The tables, all in one file.</summary>
internal static class Schema
{
    /// <summary>Whether the file was made before events had an origin.</summary>
    public const string LacksOrigin = "select count(*) from pragma_table_info('event') where name = 'origin' having count(*) = 0";

    /// <summary>What such a file needs.</summary>
    public const string AddOrigin = "alter table event add column origin text";

    public const string Create = """
        create table if not exists event (
            key          text primary key,
            topic        text not null,
            message_id   text not null,
            published_at integer not null,
            received_at  integer not null,
            signal       text,
            refusal      text,
            size         integer not null,
            times        integer not null default 1,
            settled      integer not null default 0,
            origin       text
        ) without rowid;
        create index if not exists event_unsettled on event (received_at) where settled = 0;
        create index if not exists event_received on event (received_at);
        create index if not exists event_refused on event (received_at) where refusal is not null;

        create table if not exists failure (
            content      text not null,
            topic        text not null,
            message_id   text not null,
            published_at integer not null,
            at           integer not null,
            reason       text not null,
            times        integer not null,
            primary key (content, topic, message_id)
        ) without rowid;
        create index if not exists failure_at on failure (at);

        create table if not exists pipeline (
            name          text primary key,
            version       integer not null,
            policy_commit text not null,
            wake_at       integer,
            state         text not null
        ) without rowid;
        create index if not exists pipeline_due on pipeline (wake_at) where wake_at is not null;
        create index if not exists pipeline_commit on pipeline (policy_commit);

        create table if not exists decision (
            number   integer primary key autoincrement,
            id       text not null unique,
            pipeline text not null,
            at       integer not null,
            tag      text,
            digest   text,
            record   text not null
        );
        create index if not exists decision_pipeline on decision (pipeline, number);

        create table if not exists policy_bundle (
            number        integer primary key autoincrement,
            policy_commit text not null,
            bundle        text not null,
            canonical     text not null
        );

        create table if not exists policy_refusal (
            number  integer primary key autoincrement,
            id      text not null unique,
            refusal text not null
        );

        create table if not exists policy_news (
            number integer primary key autoincrement,
            id     text not null unique,
            news   text not null,
            told   integer not null default 0
        );
        create index if not exists policy_news_owed on policy_news (number) where told = 0;
        """;
}

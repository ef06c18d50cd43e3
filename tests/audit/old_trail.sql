-- A trail of invented persons as the first version wrote it; its key is that of the tests.
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE entry (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL, seal TEXT NOT NULL);
INSERT INTO "entry" VALUES(1,'{"sequence":1,"at":"2024-05-06T07:08:10Z","key":"2024","previous":"a617f5967953ed7ead325db856b36d917484ff23d5082446ee040e5519d728c9","event":{"kind":"asked","ticket":"00000000-0000-4000-8000-000000000001","user":"clerk-7","organisation":"CBE 0000000097","legal_context":"PCSA:SOCIAL_INQUIRY","purpose":"file 2024/118","person":"2024:146711385be55b68780728904ca42fc9","months":"2023-01..2023-12","sources":["FLANDERS"]}}','9934719b23840c21aa2c563ae3b3a9d341940e9e95079184c43ad343578c97e0');
INSERT INTO "entry" VALUES(2,'{"sequence":2,"at":"2024-05-06T07:08:11Z","key":"2024","previous":"9934719b23840c21aa2c563ae3b3a9d341940e9e95079184c43ad343578c97e0","event":{"kind":"answered","ticket":"00000000-0000-4000-8000-000000000001","ticket_cbss":"cbss-1","outcome":"COMPLETE","silent":[],"subjects":["2024:146711385be55b68780728904ca42fc9","2024:43c656d97e8541d3d8f8e0e4afbca33c"]}}','3c413b05e859f70ebfc4e7785922debb2fff83c3f4a31eba66c4ed3f7854ed9a');
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), trail TEXT NOT NULL,
  sequence INTEGER NOT NULL, seal TEXT NOT NULL, key TEXT NOT NULL, head_seal TEXT NOT NULL);
INSERT INTO "head" VALUES(1,'27dc830f-e508-4745-9c4c-0de113fdf62c',2,'3c413b05e859f70ebfc4e7785922debb2fff83c3f4a31eba66c4ed3f7854ed9a','2024','59db05bf05c8c7626f73b7f1b75a0e4f5c8813a5eaafa65c1b22fb139ceb90cd');
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'an audit trail only grows'); END;
CREATE TRIGGER entry_stands BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'an audit trail only grows'); END;
COMMIT;
PRAGMA application_id = 1263753793;
PRAGMA user_version = 1;

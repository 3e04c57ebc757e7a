-- The ledger of `nianbao demo` at commit 014a183, with rows by hand for what the demo does not do: a backfill, a
-- reprocess run, years on hold. Written by sqlite3's `.dump`.
BEGIN TRANSACTION;
CREATE TABLE addresses (
	url TEXT NOT NULL, 
	portal TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	status INTEGER, 
	etag TEXT, 
	last_modified TEXT, 
	sha256 TEXT, 
	first_seen DATETIME NOT NULL, 
	last_checked DATETIME NOT NULL, 
	last_changed DATETIME, 
	content_type TEXT, 
	PRIMARY KEY (url)
);
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/','sample','ok',200,'"d94133cdad6223a6ee73"','Thu, 03 Apr 2025 02:30:00 GMT','d94133cdad6223a6ee73686f11a45295751ffbcce7655e8094bbf5778a96eb69','2026-11-29 13:10:57.858434','2026-11-29 13:10:57.858434','2026-11-29 13:10:57.858434','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/index_1.html','sample','ok',200,'"f9b15bd60a79e4a55191"','Thu, 03 Apr 2025 02:30:00 GMT','f9b15bd60a79e4a55191dcd280a194ccf98da1e69fb19f4bc6ba7fe97f166b4d','2026-11-29 13:10:57.920837','2026-11-29 13:10:57.920837','2026-11-29 13:10:57.920837','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/index_2.html','sample','ok',200,'"25cebe94042ba9eaaa9d"','Thu, 03 Apr 2025 02:30:00 GMT','25cebe94042ba9eaaa9dddf39aa5dbc39d7c2dc2709da8bc34c0f571df1eb0fd','2026-11-29 13:10:57.946438','2026-11-29 13:10:57.946438','2026-11-29 13:10:57.946438','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250328_1024.html','sample','ok',200,'"c5e382d45164f6790df2"','Fri, 28 Mar 2025 02:30:00 GMT','c5e382d45164f6790df2f15e5e414cccac8e356321e90f18f16e37ec6506e714','2026-11-29 13:10:58.266487','2026-11-29 13:10:58.266487','2026-11-29 13:10:58.266487','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','sample','ok',200,'"9865a76f75d3ab3e0110"','Wed, 19 Mar 2025 02:30:00 GMT','9865a76f75d3ab3e0110dabfe11fc828e1d88eae3494b6918be35b8bce68e15a','2026-11-29 13:10:59.564169','2026-11-29 13:10:59.564169','2026-11-29 13:10:59.564169','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/P020250328000000001024.pdf','sample','ok',200,'"b8090873b6b460fade5b"','Fri, 28 Mar 2025 02:30:00 GMT','b8090873b6b460fade5bb4a2cd42544a0667f55d51afb507e077297108f9f974','2026-11-29 13:10:59.724991','2026-11-29 13:10:59.724991','2026-11-29 13:10:59.724991','application/pdf');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240327_1019.html','sample','ok',200,'"1d55cb5279b1cbc1a9f1"','Wed, 27 Mar 2024 02:30:00 GMT','1d55cb5279b1cbc1a9f1f4fda08ee8ad97728cb29bf4f917efac501db791427d','2026-11-29 13:11:00.390752','2026-11-29 13:11:00.390752','2026-11-29 13:11:00.390752','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240320_1018.html','sample','ok',200,'"587917b343bc9fa1fc73"','Wed, 20 Mar 2024 02:30:00 GMT','587917b343bc9fa1fc73b30fe9c00dd551335650c05cdee9900b1af056af5e3a','2026-11-29 13:11:00.409622','2026-11-29 13:11:00.409622','2026-11-29 13:11:00.409622','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/P020240320000000001018.pdf','sample','ok',200,'"4da176fcd11232c618c8"','Wed, 20 Mar 2024 02:30:00 GMT','4da176fcd11232c618c810455b4ba1d7599152082eb00bb318bd3c1f536a77af','2026-11-29 13:11:00.459589','2026-11-29 13:11:00.459589','2026-11-29 13:11:00.459589','application/pdf');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230329_1016.html','sample','ok',200,'"49ea2b8ad3560a9943fb"','Wed, 29 Mar 2023 02:30:00 GMT','49ea2b8ad3560a9943fb2743cdeab0eae94a1fb5627922509012efcfd61e7e95','2026-11-29 13:11:00.567746','2026-11-29 13:11:00.567746','2026-11-29 13:11:00.567746','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230316_1015.html','sample','ok',200,'"16eee6711a8fb5d1f574"','Thu, 16 Mar 2023 02:30:00 GMT','16eee6711a8fb5d1f574a11b25874dd83286d546d6ad5208959912c41bd1a401','2026-11-29 13:11:00.897249','2026-11-29 13:11:00.897249','2026-11-29 13:11:00.897249','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202208/t20220815_1014.html','sample','ok',200,'"fdd198d4c8311099010b"','Mon, 15 Aug 2022 02:30:00 GMT','fdd198d4c8311099010bcd14efd0f770d518a6e1f5bcb5abe9da1a86be8952f6','2026-11-29 13:11:00.977733','2026-11-29 13:11:00.977733','2026-11-29 13:11:00.977733','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220328_1012.html','sample','ok',200,'"28607cb9fb98617102e3"','Mon, 28 Mar 2022 02:30:00 GMT','28607cb9fb98617102e36dc80493b272e2c2d4073c051b50d09898dc800ccdad','2026-11-29 13:11:00.999336','2026-11-29 13:11:00.999336','2026-11-29 13:11:00.999336','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220321_1011.html','sample','ok',200,'"72bb7d0b153d77fe00be"','Mon, 21 Mar 2022 02:30:00 GMT','72bb7d0b153d77fe00be1111a0ff6c3046367bfb1f03605264f2d2e29992b001','2026-11-29 13:11:01.021098','2026-11-29 13:11:01.021098','2026-11-29 13:11:01.021098','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202103/t20210325_1008.html','sample','ok',200,'"d3f6e078b0b543824556"','Thu, 25 Mar 2021 02:30:00 GMT','d3f6e078b0b54382455684f7949256656358d2a0d0a053a9a9adbf0cbfb050db','2026-11-29 13:11:01.094322','2026-11-29 13:11:01.094322','2026-11-29 13:11:01.094322','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202103/P020210325000000001008.pdf','sample','ok',200,'"9c859b255ec1c857e91f"','Thu, 25 Mar 2021 02:30:00 GMT','9c859b255ec1c857e91f20a347f1b5a22eab6dcd5e248ad00703677280496152','2026-11-29 13:11:01.144970','2026-11-29 13:11:01.144970','2026-11-29 13:11:01.144970','application/pdf');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200330_1005.html','sample','ok',200,'"1234afa17bf76d88bc16"','Mon, 30 Mar 2020 02:30:00 GMT','1234afa17bf76d88bc16d1ed04c4e0eac9f61c2d2dd3dd4e60824dfb93c2ca76','2026-11-29 13:11:01.212214','2026-11-29 13:11:01.212214','2026-11-29 13:11:01.212214','text/html');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200318_1004.html','sample','ok',200,'"bb039ea1940740982893"','Wed, 18 Mar 2020 02:30:00 GMT','bb039ea19407409828932da29d8928d5691a90026444c9d7a35699fb3b73e84b','2026-11-29 13:11:01.237996','2026-11-29 13:11:01.237996','2026-11-29 13:11:01.237996','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190326_1002.html','sample','ok',200,'"d6e50f0993f64804725e"','Tue, 26 Mar 2019 02:30:00 GMT','d6e50f0993f64804725e3865542a08db744bce351a9d7b84732e1a182d8447c8','2026-11-29 13:11:01.309770','2026-11-29 13:11:01.309770','2026-11-29 13:11:01.309770','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190312_1001.html','sample','ok',200,'"052fe6d59a8bb4b33a00"','Tue, 12 Mar 2019 02:30:00 GMT','052fe6d59a8bb4b33a0052b780fc314757fdfdc0fda4cfaa00b9dd67bff2447f','2026-11-29 13:11:01.331001','2026-11-29 13:11:01.331001','2026-11-29 13:11:01.331001','text/html; charset=utf-8');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/P020190326000000001002.pdf','sample','ok',200,'"f4362713305858e751c8"','Tue, 26 Mar 2019 02:30:00 GMT','f4362713305858e751c8b5209b2d67a03edf06c4405848f9c19206410b4eb372','2026-11-29 13:11:01.390940','2026-11-29 13:11:01.390940','2026-11-29 13:11:01.390940','application/pdf');
CREATE TABLE answers (
	plan_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	url TEXT NOT NULL, 
	final_url TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	outcome TEXT NOT NULL, 
	headers JSON NOT NULL, 
	sha256 TEXT, 
	fetched_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (plan_id, "key")
);
INSERT INTO "answers" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b111','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html',200,'ok','{"content-type": "text/html"}','1b5e574c31cfe57e096dd694a0bb7210fc6c01b7c18360becfc44fce2159fb6e','2026-11-29 09:01:00.000000','HTTP 200 OK');
INSERT INTO "answers" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b111','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2',404,'gone','{}',NULL,'2026-11-29 09:02:00.000000','HTTP 404 Not Found');
CREATE TABLE entries (
	url TEXT NOT NULL, 
	portal TEXT NOT NULL, 
	report_id TEXT NOT NULL, 
	jurisdiction TEXT NOT NULL, 
	agency TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	listed_on DATE, 
	outcome TEXT NOT NULL, 
	reason TEXT, 
	PRIMARY KEY (url)
);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250328_1024.html','sample','337ecc36bb522acb','CN-990102','乙丑县人民政府',2024,'乙丑县人民政府2024年政府信息公开工作年度报告','2025-03-28','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','sample','7f887bcffa4a8496','CN-990101','甲子县人民政府',2024,'甲子县人民政府2024年政府信息公开工作年度报告','2025-03-19','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240327_1019.html','sample','2668e6d4c81bf14a','CN-990102','乙丑县人民政府',2023,'乙丑县人民政府2023年政府信息公开工作年度报告','2024-03-27','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240320_1018.html','sample','5ff55efa3027c0e3','CN-990101','甲子县人民政府',2023,'甲子县人民政府2023年政府信息公开工作年度报告','2024-03-20','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230329_1016.html','sample','249734ba0b9708b1','CN-990102','乙丑县人民政府',2022,'乙丑县人民政府二〇二二年政府信息公开工作年度报告','2023-03-29','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230316_1015.html','sample','2c6572694f1ced14','CN-990101','甲子县人民政府',2022,'甲子县人民政府2022年政府信息公开工作年度报告','2023-03-16','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202208/t20220815_1014.html','sample','f42702377ed36d94','CN-990102','乙丑县人民政府',2021,'乙丑县人民政府2021年政府信息公开工作年度报告（更正）','2022-08-15','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220328_1012.html','sample','f42702377ed36d94','CN-990102','乙丑县人民政府',2021,'乙丑县人民政府2021年政府信息公开工作年度报告','2022-03-28','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220321_1011.html','sample','a6c28ce21b8b9378','CN-990101','甲子县人民政府',2021,'甲子县人民政府２０２１年政府信息公开工作年度报告','2022-03-21','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202103/t20210325_1008.html','sample','d44ac7a16c993c19','CN-990101','甲子县人民政府',2020,'甲子县人民政府2020年政府信息公开工作年度报告','2021-03-25','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200330_1005.html','sample','644efc80f706faad','CN-990102','乙丑县人民政府',2019,'乙丑县人民政府2019年政府信息公开工作年度报告','2020-03-30','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200318_1004.html','sample','764765b3fabfc396','CN-990101','甲子县人民政府',2019,'2019年甲子县人民政府政府信息公开工作年度报告','2020-03-18','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190326_1002.html','sample','666b1fdc80a77f61','CN-990102','乙丑县',2018,'乙丑县2018年政府信息公开年度报告','2019-03-26','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190312_1001.html','sample','1ce4b0b7f8364625','CN-990101','甲子县人民政府',2018,'甲子县人民政府2018年政府信息公开工作年度报告','2019-03-12','ok',NULL);
INSERT INTO "entries" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2','sample','ffffffffffffffff','CN-990101','甲子县教育局',2023,'甲子县教育局2023年政府信息公开工作年度报告',NULL,'waf','HTTP 412');
CREATE TABLE lacks (
	portal TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	what TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	PRIMARY KEY (portal, year, what)
);
INSERT INTO "lacks" VALUES('sample',2024,'year','2026-11-20 08:00:00.000000');
INSERT INTO "lacks" VALUES('sample',2024,'http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','2026-11-20 08:00:00.000000');
INSERT INTO "lacks" VALUES('sample',2024,'lists','2026-11-28 08:00:00.000000');
INSERT INTO "lacks" VALUES('sample',2023,'http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1022.html','1970-01-01 00:00:00.000000');
INSERT INTO "lacks" VALUES('sample',2023,'expected','2026-11-28 08:00:00.000000');
CREATE TABLE listings (
	portal TEXT NOT NULL, 
	columns JSON NOT NULL, 
	complete BOOLEAN NOT NULL, 
	outcome TEXT NOT NULL, 
	reason TEXT, 
	began DATETIME NOT NULL, 
	finished BOOLEAN NOT NULL, 
	tried DATETIME, 
	swept DATETIME, 
	PRIMARY KEY (portal)
);
INSERT INTO "listings" VALUES('sample','["http://127.0.0.1:34137/zwgk/zfxxgknb/"]',1,'ok',NULL,'2026-11-29 13:10:57.827196',1,'2026-11-29 13:10:58.246900','2026-11-29 13:10:58.246900');
CREATE TABLE placements (
	url TEXT NOT NULL, 
	jurisdiction TEXT NOT NULL, 
	PRIMARY KEY (url)
);
INSERT INTO "placements" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','CN-990101');
INSERT INTO "placements" VALUES('file:///reports/1.pdf','CN-990102');
CREATE TABLE plan_steps (
	plan_id TEXT NOT NULL, 
	portal TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	done DATETIME, 
	failures JSON, 
	alarms JSON, 
	PRIMARY KEY (plan_id, portal, year)
);
INSERT INTO "plan_steps" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b111','sample',2024,'2026-11-29 09:05:00.000000','[["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html", "HTTP 404 Not Found"]]','[{"portal": "sample", "kind": "blocked", "reason": "HTTP 412"}]');
INSERT INTO "plan_steps" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b111','sample',2023,NULL,NULL,NULL);
INSERT INTO "plan_steps" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b222','sample',2023,'2026-11-01 09:05:00.000000','[]',NULL);
CREATE TABLE plans (
	plan_id TEXT NOT NULL, 
	asked TEXT NOT NULL, 
	told JSON NOT NULL, 
	began DATETIME NOT NULL, 
	finished DATETIME, 
	PRIMARY KEY (plan_id)
);
INSERT INTO "plans" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b111','{"first": 2020, "gaps": false, "last": null, "portals": [], "province": null}','{"portals": [{"portal": "sample", "host": "127.0.0.1", "delay": 0.02, "lists": 2, "parts": 0.5, "years": [{"year": 2024, "states": {"published": 3}, "listed": 3, "to_read": 0}, {"year": 2023, "states": {"listed": 2}, "listed": 2, "to_read": 2}]}], "at_once": 8}','2026-11-29 09:00:00.000000',NULL);
INSERT INTO "plans" VALUES('5b5e0c9f2f5f4f07a2a6f2c6a9f3b222','{"first": 2008, "gaps": false, "last": null, "portals": [], "province": null}','{"portals": [{"portal": "sample", "host": "127.0.0.1", "delay": 0.02, "lists": 2, "parts": 0.5, "years": [{"year": 2024, "states": {"published": 3}, "listed": 3, "to_read": 0}, {"year": 2023, "states": {"listed": 2}, "listed": 2, "to_read": 2}]}], "at_once": 8}','2026-11-01 09:00:00.000000','2026-11-02 09:00:00.000000');
CREATE TABLE reports (
	report_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	portal TEXT NOT NULL, 
	jurisdiction TEXT NOT NULL, 
	agency TEXT NOT NULL, 
	year INTEGER, 
	sha256 TEXT NOT NULL, 
	parser_version TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT, 
	published_on DATE, 
	corrected BOOLEAN NOT NULL, 
	told INTEGER DEFAULT '1' NOT NULL, 
	updated DATETIME NOT NULL, 
	PRIMARY KEY (report_id, url)
);
INSERT INTO "reports" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250328_1024.html','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250328_1024.html','sample','CN-990102','乙丑县人民政府',2024,'c5e382d45164f6790df2f15e5e414cccac8e356321e90f18f16e37ec6506e714','0.1.0+add167b4','no_report','not an annual report: neither its six sections nor its tables were found',NULL,0,1,'2026-11-29 13:10:59.831108');
INSERT INTO "reports" VALUES('7f887bcffa4a8496','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html','sample','CN-990101','甲子县人民政府',2024,'9865a76f75d3ab3e0110dabfe11fc828e1d88eae3494b6918be35b8bce68e15a','0.1.0+add167b4','published',NULL,'2025-03-19',0,2,'2026-11-29 13:11:00.362675');
INSERT INTO "reports" VALUES('337ecc36bb522acb','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/P020250328000000001024.pdf','sample','CN-990102','乙丑县人民政府',2024,'b8090873b6b460fade5bb4a2cd42544a0667f55d51afb507e077297108f9f974','0.1.0+add167b4','published',NULL,'2025-03-28',0,1,'2026-11-29 13:11:00.379974');
INSERT INTO "reports" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240320_1018.html','http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240320_1018.html','sample','CN-990101','甲子县人民政府',2023,'587917b343bc9fa1fc73b30fe9c00dd551335650c05cdee9900b1af056af5e3a','0.1.0+add167b4','no_report','not an annual report: neither its six sections nor its tables were found',NULL,0,1,'2026-11-29 13:11:00.487568');
INSERT INTO "reports" VALUES('5ff55efa3027c0e3','http://127.0.0.1:34137/zwgk/zfxxgknb/202403/P020240320000000001018.pdf','sample','CN-990101','甲子县人民政府',2023,'4da176fcd11232c618c810455b4ba1d7599152082eb00bb318bd3c1f536a77af','0.1.0+add167b4','published',NULL,'2024-03-20',0,1,'2026-11-29 13:11:00.527365');
INSERT INTO "reports" VALUES('2668e6d4c81bf14a','http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240327_1019.html','sample','CN-990102','乙丑县人民政府',2023,'1d55cb5279b1cbc1a9f1f4fda08ee8ad97728cb29bf4f917efac501db791427d','0.1.0+add167b4','published',NULL,'2024-03-27',0,1,'2026-11-29 13:11:00.558361');
INSERT INTO "reports" VALUES('2c6572694f1ced14','http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230316_1015.html','sample','CN-990101','甲子县人民政府',2022,'16eee6711a8fb5d1f574a11b25874dd83286d546d6ad5208959912c41bd1a401','0.1.0+add167b4','published',NULL,'2023-03-16',0,1,'2026-11-29 13:11:00.943296');
INSERT INTO "reports" VALUES('249734ba0b9708b1','http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230329_1016.html','sample','CN-990102','乙丑县人民政府',2022,'49ea2b8ad3560a9943fb2743cdeab0eae94a1fb5627922509012efcfd61e7e95','0.1.0+add167b4','published',NULL,'2023-03-29',0,1,'2026-11-29 13:11:00.971326');
INSERT INTO "reports" VALUES('f42702377ed36d94','http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220328_1012.html','sample','CN-990102','乙丑县人民政府',2021,'28607cb9fb98617102e36dc80493b272e2c2d4073c051b50d09898dc800ccdad','0.1.0+add167b4','superseded','superseded by http://127.0.0.1:34137/zwgk/zfxxgknb/202208/t20220815_1014.html','2022-03-28',0,1,'2026-11-29 13:11:01.039212');
INSERT INTO "reports" VALUES('a6c28ce21b8b9378','http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220321_1011.html','sample','CN-990101','甲子县人民政府',2021,'72bb7d0b153d77fe00be1111a0ff6c3046367bfb1f03605264f2d2e29992b001','0.1.0+add167b4','published',NULL,'2022-03-21',0,1,'2026-11-29 13:11:01.064989');
INSERT INTO "reports" VALUES('f42702377ed36d94','http://127.0.0.1:34137/zwgk/zfxxgknb/202208/t20220815_1014.html','sample','CN-990102','乙丑县人民政府',2021,'fdd198d4c8311099010bcd14efd0f770d518a6e1f5bcb5abe9da1a86be8952f6','0.1.0+add167b4','published',NULL,'2022-08-15',1,1,'2026-11-29 13:11:01.088974');
INSERT INTO "reports" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/202103/t20210325_1008.html','http://127.0.0.1:34137/zwgk/zfxxgknb/202103/t20210325_1008.html','sample','CN-990101','甲子县人民政府',2020,'d3f6e078b0b54382455684f7949256656358d2a0d0a053a9a9adbf0cbfb050db','0.1.0+add167b4','no_report','not an annual report: neither its six sections nor its tables were found',NULL,0,1,'2026-11-29 13:11:01.177583');
INSERT INTO "reports" VALUES('d44ac7a16c993c19','http://127.0.0.1:34137/zwgk/zfxxgknb/202103/P020210325000000001008.pdf','sample','CN-990101','甲子县人民政府',2020,'9c859b255ec1c857e91f20a347f1b5a22eab6dcd5e248ad00703677280496152','0.1.0+add167b4','published',NULL,'2021-03-25',0,1,'2026-11-29 13:11:01.207097');
INSERT INTO "reports" VALUES('764765b3fabfc396','http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200318_1004.html','sample','CN-990101','甲子县人民政府',2019,'bb039ea19407409828932da29d8928d5691a90026444c9d7a35699fb3b73e84b','0.1.0+add167b4','published',NULL,'2020-03-18',0,1,'2026-11-29 13:11:01.282456');
INSERT INTO "reports" VALUES('644efc80f706faad','http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200330_1005.html','sample','CN-990102','乙丑县人民政府',2019,'1234afa17bf76d88bc16d1ed04c4e0eac9f61c2d2dd3dd4e60824dfb93c2ca76','0.1.0+add167b4','published',NULL,'2020-03-30',0,1,'2026-11-29 13:11:01.300571');
INSERT INTO "reports" VALUES('http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190326_1002.html','http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190326_1002.html','sample','CN-990102','乙丑县',2018,'d6e50f0993f64804725e3865542a08db744bce351a9d7b84732e1a182d8447c8','0.1.0+add167b4','no_report','not an annual report: neither its six sections nor its tables were found',NULL,0,1,'2026-11-29 13:11:01.428533');
INSERT INTO "reports" VALUES('1ce4b0b7f8364625','http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190312_1001.html','sample','CN-990101','甲子县人民政府',2018,'052fe6d59a8bb4b33a0052b780fc314757fdfdc0fda4cfaa00b9dd67bff2447f','0.1.0+add167b4','published',NULL,'2019-03-12',0,1,'2026-11-29 13:11:01.459342');
INSERT INTO "reports" VALUES('666b1fdc80a77f61','http://127.0.0.1:34137/zwgk/zfxxgknb/201903/P020190326000000001002.pdf','sample','CN-990102','乙丑县人民政府',2018,'f4362713305858e751c8b5209b2d67a03edf06c4405848f9c19206410b4eb372','0.1.0+add167b4','published',NULL,'2019-03-26',0,1,'2026-11-29 13:11:01.497535');
CREATE TABLE reread_batches (
	run_id TEXT NOT NULL, 
	batch TEXT NOT NULL, 
	portal TEXT NOT NULL, 
	urls JSON NOT NULL, 
	noted DATETIME NOT NULL, 
	done BOOLEAN NOT NULL, 
	found JSON NOT NULL, 
	PRIMARY KEY (run_id, batch)
);
INSERT INTO "reread_batches" VALUES('a1','b2','sample','["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"]','2026-11-29 10:01:00.000000',1,'{"tally": {"documents": 1, "changed": 0}, "changes": [], "read": ["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"]}');
INSERT INTO "reread_batches" VALUES('a1','b1','sample','["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2"]','2026-11-29 10:02:00.000000',0,'{"tally": {"documents": 1, "changed": 0}, "changes": [], "read": ["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html?2"]}');
INSERT INTO "reread_batches" VALUES('a2','b1','sample','["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"]','2026-11-28 10:01:00.000000',1,'{"tally": {"documents": 1, "changed": 0}, "changes": [], "read": ["http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html"]}');
CREATE TABLE rereadings (
	run_id TEXT NOT NULL, 
	asked JSON NOT NULL, 
	began DATETIME NOT NULL, 
	finished DATETIME, 
	PRIMARY KEY (run_id)
);
INSERT INTO "rereadings" VALUES('a1','{"portals": ["sample"], "agencies": [], "years": null, "only": "all", "parser_version": "0.1.0+add167b4", "publish": false}','2026-11-29 10:00:00.000000',NULL);
INSERT INTO "rereadings" VALUES('a2','{"portals": ["sample"], "agencies": [], "years": null, "only": "all", "parser_version": "0.1.0+add167b4", "publish": true}','2026-11-28 10:00:00.000000','2026-11-28 11:00:00.000000');
CREATE TABLE runs (
	run_id TEXT NOT NULL, 
	flow TEXT NOT NULL, 
	started DATETIME NOT NULL, 
	last_seen DATETIME, 
	finished DATETIME, 
	counts JSON, 
	alarms JSON, 
	PRIMARY KEY (run_id)
);
INSERT INTO "runs" VALUES('d804931f78444478abcd78f453d0dfff','crawl','2026-11-29 13:10:57.806661','2026-11-29 13:10:57.806661','2026-11-29 13:11:01.597910','{"found": 14, "ignored": 10, "not_due": 0, "fetched": 21, "not_modified": 0, "captures": 21, "read": 18, "published": 13, "changed": 0, "superseded": 1, "flagged": 1, "failed": 0, "partitions": 13}','[]');
INSERT INTO "runs" VALUES('a1','reprocess','2026-11-29 10:00:00.000000','2026-11-29 10:02:00.000000',NULL,NULL,NULL);
INSERT INTO "runs" VALUES('n1','nightly','2026-11-28 02:00:00.000000',NULL,'2026-11-28 03:00:00.000000','{"found": 14}','[{"portal": "sample", "kind": "blocked", "reason": "HTTP 412"}]');
CREATE TABLE turns (
	host TEXT NOT NULL, 
	free_at FLOAT NOT NULL, 
	pause FLOAT NOT NULL, 
	PRIMARY KEY (host)
);
INSERT INTO "turns" VALUES('127.0.0.1',1.7959578613691954612e+09,2.02145654007944361452e-02);
CREATE TABLE yielded (
	portal TEXT NOT NULL, 
	url TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	report_id TEXT NOT NULL, 
	agency TEXT NOT NULL, 
	PRIMARY KEY (portal, url)
);
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250328_1024.html',2024,'337ecc36bb522acb','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202503/t20250319_1023.html',2024,'7f887bcffa4a8496','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240327_1019.html',2023,'2668e6d4c81bf14a','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202403/t20240320_1018.html',2023,'5ff55efa3027c0e3','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230329_1016.html',2022,'249734ba0b9708b1','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202303/t20230316_1015.html',2022,'2c6572694f1ced14','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202208/t20220815_1014.html',2021,'f42702377ed36d94','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220328_1012.html',2021,'f42702377ed36d94','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202203/t20220321_1011.html',2021,'a6c28ce21b8b9378','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202103/t20210325_1008.html',2020,'d44ac7a16c993c19','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200330_1005.html',2019,'644efc80f706faad','乙丑县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/202003/t20200318_1004.html',2019,'764765b3fabfc396','甲子县人民政府');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190326_1002.html',2018,'666b1fdc80a77f61','乙丑县');
INSERT INTO "yielded" VALUES('sample','http://127.0.0.1:34137/zwgk/zfxxgknb/201903/t20190312_1001.html',2018,'1ce4b0b7f8364625','甲子县人民政府');
CREATE INDEX ix_addresses_portal ON addresses (portal);
CREATE INDEX ix_entries_portal ON entries (portal);
CREATE INDEX ix_reports_url ON reports (url);
CREATE INDEX ix_reports_portal ON reports (portal);
CREATE INDEX ix_runs_started ON runs (started);
CREATE INDEX ix_plans_asked ON plans (asked);
COMMIT;

"""What the engine is measured against: the fastest simple copy of a tenant that a good afternoon brings.

asyncio with ten requests at once, orjson, binary COPY into tables that have a primary key and nothing else. It keeps no
progress, notices no change while it reads, and retries nothing. Prints one line of JSON.

Usage: baseline.py API_BASE TOKEN_URL CLIENT_ID CLIENT_SECRET DATABASE_URL
Needs: aiohttp, asyncpg, orjson.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import resource
import sys
import time
from datetime import datetime, timezone

import aiohttp
import asyncpg
import orjson

PAGE, WIDTH, PAGES_A_COPY = 50, 10, 8
PARENT = {
    "customer": None,
    "assay": None,
    "order": "customer_account_id",
    "sample": "order_id",
    "test": "sample_id",
    "batch": "assay_id",
}
COLUMNS = ["id", "parent_id", "state", "date_created", "last_updated", "raw"]
TABLE = "(id integer primary key, parent_id integer, state text, date_created timestamptz, last_updated timestamptz, raw jsonb)"


def assertion(client_id, secret):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    now = int(time.time())
    text = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"sub": client_id, "iat": now - 5, "exp": now + 3000})
    signature = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def instant(text):
    """MM/DD/YYYY, with or without hh:mm AM; cut by hand because strptime is slow."""
    if not text:
        return None
    year, month, day = int(text[6:10]), int(text[0:2]), int(text[3:5])
    if len(text) < 19:
        return datetime(year, month, day, tzinfo=timezone.utc)
    hour = int(text[11:13]) % 12 + (12 if text[17] == "P" else 0)
    return datetime(year, month, day, hour, int(text[14:16]), tzinfo=timezone.utc)


def row(record, parent):
    stamp = record.get("last_updated")
    updated = datetime.fromtimestamp(int(stamp), timezone.utc) if stamp else None
    return (
        record["id"],
        record.get(parent) if parent else None,
        record.get("state"),
        instant(record.get("date_created")),
        updated,
        orjson.dumps(record).decode(),
    )


async def main():
    api, token_url, client_id, secret, database = sys.argv[1:6]
    pool = await asyncpg.create_pool(database, min_size=2, max_size=2)
    began = time.perf_counter()
    for entity in PARENT:
        await pool.execute(f'create table "{entity}" {TABLE}')
    rows = requests = 0
    ready = asyncio.Queue(4)

    async def write():
        while (work := await ready.get()) is not None:
            entity, records = work
            async with pool.acquire() as connection:
                await connection.copy_records_to_table(entity, records=records, columns=COLUMNS)

    writers = [asyncio.create_task(write()) for _ in range(2)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=WIDTH)) as http:
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion(client_id, secret)}
        async with http.post(token_url, data=grant) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        async def read(entity, page):
            query = {"page_num": page, "page_size": PAGE, "sort_by": "id", "sort_order": "asc"}
            if entity == "test":
                query["include_raw_worsksheet_data"] = "true"
            async with http.get(f"{api}/{entity}", params=query, headers=headers) as answer:
                answer.raise_for_status()
                return orjson.loads(await answer.read())

        async def walk(entity, first):
            nonlocal rows, requests
            parent, pages = PARENT[entity], iter(range(2, first["total_pages"] + 1))
            requests += first["total_pages"]
            heap = [row(record, parent) for record in first["data"]]

            async def work():
                nonlocal rows, heap
                for page in pages:
                    heap.extend(row(record, parent) for record in (await read(entity, page))["data"])
                    if len(heap) >= PAGE * PAGES_A_COPY:
                        full, heap = heap, []
                        rows += len(full)
                        await ready.put((entity, full))

            await asyncio.gather(*(work() for _ in range(WIDTH)))
            rows += len(heap)
            await ready.put((entity, heap))

        firsts = await asyncio.gather(*(read(entity, 1) for entity in PARENT))
        for entity, first in zip(PARENT, firsts):
            await walk(entity, first)
    for _ in writers:
        await ready.put(None)
    await asyncio.gather(*writers)
    seconds = time.perf_counter() - began
    await pool.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "ok": True,
                "seconds": seconds,
                "rows": rows,
                "requests": requests,
                "cpu": used.ru_utime + used.ru_stime,
                "peak_kb": used.ru_maxrss,
            }
        )
    )


asyncio.run(main())

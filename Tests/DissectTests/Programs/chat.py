"""A WebSocket server that says back what it hears, and clients of it, packed and not."""
import asyncio

import websockets


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 8080):
        for compression in [None, "deflate"]:
            async with websockets.connect("ws://127.0.0.1:8080/chat?x=1", compression=compression) as socket:
                for message in ["hello", "h\u00e9llo " * 30, bytes(range(256)), '{"a": [1, 2]}', ""]:
                    await socket.send(message)
                    assert await socket.recv() == message
                await (await socket.ping(b"there?"))
                await socket.close(4000, "enough")


asyncio.run(main())

"""Calls of every kind, of a server and a client of gRPC's own library; messages are octets as they are."""
import concurrent.futures
import os

os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
import grpc


def unary(request, context):
    context.set_trailing_metadata((("checked", "yes"),))
    return request


def fail(request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "nothing of that name")


def stream(request, context):
    for number in range(3):
        yield b"\x08" + bytes([number])


def echo(requests, context):
    for request in requests:
        yield request


methods = {
    "Unary": grpc.unary_unary_rpc_method_handler(unary),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
    "Stream": grpc.unary_stream_rpc_method_handler(stream),
    "Echo": grpc.stream_stream_rpc_method_handler(echo),
}
server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("lab.Echo", methods),))
server.add_insecure_port("127.0.0.1:8080")
server.start()
message = b"\x08\x96\x01\x12\x05hello\x1a\x03\x08\x96\x01\x25\x00\x00\x80\x3f"
with grpc.insecure_channel("127.0.0.1:8080") as channel:
    assert channel.unary_unary("/lab.Echo/Unary")(message, timeout=5, metadata=(("lab", "1"),)) == message
    assert len(list(channel.unary_stream("/lab.Echo/Stream")(message))) == 3
    assert list(channel.stream_stream("/lab.Echo/Echo")(iter([message, b"", message]))) == [message, b"", message]
    try:
        channel.unary_unary("/lab.Echo/Fail")(message)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND
server.stop(None).wait()

package io.latentry.load.service;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * One request.
 *
 * @param target path with query; of {@link Kind#SOCKET} nothing
 * @param headers by lower-case name; of {@link Kind#SOCKET} none
 * @param body what is changed; of {@link Kind#SOCKET} all bytes, from the request line on
 */
record FuzzRequest(
    Kind kind, String method, String target, Map<String, String> headers, byte[] body) {

  /** How it is sent. */
  enum Kind {
    HTTP,
    /** One call over HTTP/2; the body is gRPC's frame, flag and length included. */
    GRPC,
    /** Bytes on a connection of their own. */
    SOCKET
  }

  FuzzRequest {
    headers = Map.copyOf(headers);
  }

  FuzzRequest withBody(byte[] changed) {
    return new FuzzRequest(kind, method, target, headers, changed);
  }

  /** All that is needed to send it again. */
  String document() {
    return kind
        + " "
        + method
        + " "
        + target
        + "\n"
        + new TreeMap<>(headers)
        + "\nbody, "
        + body.length
        + " bytes, in hex: "
        + HexFormat.of().formatHex(body)
        + "\nas text: "
        + new String(body, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}

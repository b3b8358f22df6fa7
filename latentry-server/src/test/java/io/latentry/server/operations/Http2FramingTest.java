package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests over HTTP/2 of which two readers could say different things: what they ask, and of whom.
 * Each has its stream reset as a protocol error, and the next on the same connection is answered.
 * Frames are written by hand, since a client would not write these.
 */
final class Http2FramingTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String METHOD = ":method=GET";
  private static final String SCHEME = ":scheme=http";
  private static final String PATH = ":path=/v1/models";
  private static final String AUTHORITY = ":authority=127.0.0.1";
  private static final String USUAL = METHOD + "|" + SCHEME + "|" + PATH + "|" + AUTHORITY;
  private static final int END_OF_STREAM = 1;
  private static final int END_OF_HEADERS = 4;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.with();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Which of two counts.
        USUAL + "|:path=/metrics",
        ":path=/metrics|" + USUAL,
        USUAL + "|" + PATH,
        USUAL + "|:method=POST",
        USUAL + "|:method=GET",
        USUAL + "|:scheme=https",
        USUAL + "|:authority=elsewhere",
        USUAL + "|" + AUTHORITY,
        USUAL + "|host=elsewhere",
        METHOD + "|" + SCHEME + "|" + PATH + "|host=127.0.0.1|host=elsewhere",
        USUAL + "|host=127.0.0.1|host=127.0.0.1",
        // What has to be there.
        SCHEME + "|" + PATH + "|" + AUTHORITY,
        METHOD + "|" + PATH + "|" + AUTHORITY,
        METHOD + "|" + SCHEME + "|" + AUTHORITY,
        METHOD + "|" + SCHEME + "|" + PATH,
        ":method=CONNECT|" + AUTHORITY,
        "x-none=1",
        // What is in it.
        ":scheme=ftp|" + METHOD + "|" + PATH + "|" + AUTHORITY,
        ":scheme=|" + METHOD + "|" + PATH + "|" + AUTHORITY,
        ":path=/v1/mod els|" + METHOD + "|" + SCHEME + "|" + AUTHORITY,
        ":path=/v1/models#a|" + METHOD + "|" + SCHEME + "|" + AUTHORITY,
        ":path=/v1/models/\u00e4|" + METHOD + "|" + SCHEME + "|" + AUTHORITY,
        ":authority=a@127.0.0.1|" + METHOD + "|" + SCHEME + "|" + PATH,
        ":authority=127.0.0.1, 127.0.0.1|" + METHOD + "|" + SCHEME + "|" + PATH,
        ":authority=127.0.0.1/v1|" + METHOD + "|" + SCHEME + "|" + PATH,
        ":authority=127.0.0.1:abc|" + METHOD + "|" + SCHEME + "|" + PATH,
        // What is none of HTTP/2, or was not offered.
        USUAL + "|:protocol=websocket",
        ":method=CONNECT|" + SCHEME + "|" + PATH + "|" + AUTHORITY + "|:protocol=websocket",
        USUAL + "|:status=200",
        USUAL + "|:other=1",
        METHOD + "|" + SCHEME + "|" + PATH + "|x-a=1|" + AUTHORITY,
        USUAL + "|connection=close",
        USUAL + "|transfer-encoding=chunked",
        USUAL + "|upgrade=h2c",
        USUAL + "|te=gzip",
        USUAL + "|content-length=1",
        USUAL + "|content-length=0|content-length=1",
        USUAL + "|a b=1",
        USUAL + "|x-a=1\r\nx-b: 2",
        USUAL + "|x-a=1\u0000",
      })
  void aRequestThatCouldBeReadInTwoWaysHasItsStreamResetAndNoOther(String fields)
      throws IOException {
    assertThat(answers(request(1, fields) + request(3, USUAL)))
        .containsExactlyInAnyOrder("1 reset PROTOCOL_ERROR", "3 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        USUAL,
        AUTHORITY + "|" + PATH + "|" + METHOD + "|" + SCHEME,
        USUAL + "|host=127.0.0.1",
        METHOD + "|" + SCHEME + "|" + PATH + "|host=127.0.0.1",
        // Said by whoever ended the encryption before us.
        ":scheme=https|" + METHOD + "|" + PATH + "|" + AUTHORITY,
        ":path=/v1/models?a=%20%23|" + METHOD + "|" + SCHEME + "|" + AUTHORITY,
        USUAL + "|te=trailers|cookie=a|cookie=b|x-a=|content-length=0",
      })
  void whatIsWellFormedIsAnswered(String fields) throws IOException {
    assertThat(answers(request(1, fields) + request(3, USUAL)))
        .containsExactlyInAnyOrder("1 200", "3 200");
  }

  @Test
  void fieldsBehindABodyAreNotTakenForARequest() throws IOException {
    String post = USUAL.replace("GET", "POST").replace("/models", "/models/golden/score");
    assertThat(
            answers(
                frame(Http2FrameTypes.HEADERS, END_OF_HEADERS, 1, block(post))
                    + frame(Http2FrameTypes.DATA, 0, 1, "{}")
                    + request(1, "x-trailer=1")
                    + frame(Http2FrameTypes.HEADERS, END_OF_HEADERS, 3, block(post))
                    + frame(Http2FrameTypes.DATA, 0, 3, "{}")
                    + request(3, USUAL)))
        .containsExactlyInAnyOrder("1 200", "3 reset PROTOCOL_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/models", "/nowhere", "/v1/models/golden/score|content-length=999999999"})
  void whoIsAnsweredBeforeAllIsSentIsToldThatNothingIsWrongWithTheAnswer(String path)
      throws IOException {
    String post = METHOD.replace("GET", "POST") + "|" + SCHEME + "|" + AUTHORITY + "|:path=" + path;
    List<String> answers =
        answers(
            frame(Http2FrameTypes.HEADERS, END_OF_HEADERS, 1, block(post))
                + frame(Http2FrameTypes.DATA, 0, 1, "the first of many"));
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0)).startsWith("1 ");
    assertThat(answers.get(1)).isEqualTo("1 reset NO_ERROR");
  }

  @Test
  void framesThatAreNoneEndTheConnectionAndNoneBlamesTheService() throws IOException {
    String usual = block(USUAL);
    for (String frames :
        List.of(
            frame(Http2FrameTypes.DATA, END_OF_STREAM, 0, "a"),
            frame(Http2FrameTypes.DATA, END_OF_STREAM, 5, "a"),
            frame(Http2FrameTypes.HEADERS, END_OF_STREAM | END_OF_HEADERS, 0, usual),
            frame(Http2FrameTypes.HEADERS, END_OF_STREAM | END_OF_HEADERS, 2, usual),
            frame(Http2FrameTypes.HEADERS, END_OF_STREAM | END_OF_HEADERS, 1, "\u00ff".repeat(9)),
            frame(Http2FrameTypes.HEADERS, END_OF_STREAM | END_OF_HEADERS | 8, 1, "\u00ff" + usual),
            frame(Http2FrameTypes.HEADERS, END_OF_STREAM, 1, usual)
                + frame(Http2FrameTypes.PING, 0, 0, "12345678"),
            frame(Http2FrameTypes.CONTINUATION, END_OF_HEADERS, 1, usual),
            frame(Http2FrameTypes.SETTINGS, 0, 0, "abc"),
            frame(Http2FrameTypes.SETTINGS, 0, 1, ""),
            frame(Http2FrameTypes.PING, 0, 0, "abc"),
            frame(Http2FrameTypes.RST_STREAM, 0, 7, "\0\0\0\0"),
            frame(Http2FrameTypes.WINDOW_UPDATE, 0, 0, "\0\0\0\0"),
            frame(Http2FrameTypes.PUSH_PROMISE, END_OF_HEADERS, 1, "\0\0\0\2" + usual))) {
      List<String> answers = answers(frames + request(9, USUAL));
      assertThat(answers).as(frames).hasSize(1);
      assertThat(answers.get(0)).startsWith("goaway ").isNotEqualTo("goaway INTERNAL_ERROR");
    }
    assertThat(server.log()).doesNotContain("internal_error");
  }

  private static String request(int stream, String fields) {
    return frame(Http2FrameTypes.HEADERS, END_OF_STREAM | END_OF_HEADERS, stream, block(fields));
  }

  /** A frame, a byte a character. */
  private static String frame(int type, int flags, int stream, String content) {
    byte[] head =
        ByteBuffer.allocate(10)
            .putInt(content.length())
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .array();
    return new String(head, 1, 9, StandardCharsets.ISO_8859_1) + content;
  }

  /** Fields as literals that are not indexed (RFC 7541, 6.2.2). */
  private static String block(String fields) {
    StringBuilder block = new StringBuilder();
    for (String field : fields.split("\\|", -1)) {
      int equals = field.indexOf('=', 1);
      String name = field.substring(0, equals);
      String value = field.substring(equals + 1);
      block.append('\0').append((char) name.length()).append(name);
      block.append((char) value.length()).append(value);
    }
    return block.toString();
  }

  /** What became of each stream, and of the connection; a stream once. */
  private static List<String> answers(String frames) throws IOException {
    List<String> answers = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      String all = PREFACE + frame(Http2FrameTypes.SETTINGS, 0, 0, "") + frames;
      socket.getOutputStream().write(all.getBytes(StandardCharsets.ISO_8859_1));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
      while (answers.size() < 2) {
        String answer = answer(in, decoder);
        if (!answer.isEmpty()) {
          answers.add(answer);
        }
      }
    } catch (EOFException | SocketException ended) {
      // All that is answered was read.
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    return answers;
  }

  /** Empty for a frame that says nothing of how a stream or the connection ended. */
  private static String answer(DataInputStream in, DefaultHttp2HeadersDecoder decoder)
      throws IOException, Http2Exception {
    int lengthAndType = in.readInt();
    int unusedFlags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] content = in.readNBytes(lengthAndType >>> 8);
    return switch (lengthAndType & 0xff) {
      case Http2FrameTypes.HEADERS ->
          stream + " " + decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(content)).status();
      case Http2FrameTypes.RST_STREAM ->
          stream + " reset " + Http2Error.valueOf(ByteBuffer.wrap(content).getInt());
      case Http2FrameTypes.GO_AWAY ->
          "goaway " + Http2Error.valueOf(ByteBuffer.wrap(content).getInt(4));
      default -> "";
    };
  }
}

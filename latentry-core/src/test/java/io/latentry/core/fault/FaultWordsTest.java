package io.latentry.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class FaultWordsTest {
  @Test
  void aFailureIsToldInWords() {
    assertThat(FaultWords.of(new NoSuchFileException("m.onnx")))
        .isEqualTo("no such file or folder");
    assertThat(FaultWords.of(new AccessDeniedException("m.onnx"))).isEqualTo("no permission");
    assertThat(FaultWords.of(new FileSystemException("m.onnx", null, "Too many levels of links")))
        .isEqualTo("Too many levels of links");
    assertThat(FaultWords.of(new UncheckedIOException(new EOFException())))
        .isEqualTo("the end is missing");
    assertThat(FaultWords.of(new UnknownHostException("nowhere"))).isEqualTo("no such host");
    assertThat(FaultWords.of(new ClosedChannelException())).isEqualTo("the connection has ended");
    assertThat(FaultWords.of(new HttpTimeoutException("request timed out")))
        .isEqualTo("no answer in time");
    assertThat(FaultWords.of(new SSLHandshakeException("java.security.Foo: no path")))
        .isEqualTo("TLS: no path");
    assertThat(FaultWords.ofKind(new SSLHandshakeException("secret.example")))
        .isEqualTo("TLS is not agreed");
    assertThat(FaultWords.ofKind(new IOException("secret.example")))
        .isEqualTo("an error of another kind");
    assertThat(FaultWords.of(new IOException("disk gone\n at 3"))).isEqualTo("disk gone at 3");
  }

  @Test
  void whatALibrarySaysOfItsOwnInsidesIsLeftOut() {
    assertThat(
            FaultWords.of(
                new RuntimeException(
                    "Error code - ORT_FAIL - message: Load model failed:"
                        + "/onnxruntime_src/onnxruntime/core/graph/graph.cc:3521"
                        + " onnxruntime::Graph::Resolve(const onnxruntime::ResolveOptions&)"
                        + " Node (mul_1) has input size 3 not in range [min=2, max=2].")))
        .isEqualTo("Load model failed: Node (mul_1) has input size 3 not in range [min=2, max=2].");
    assertThat(
            FaultWords.of(
                new java.sql.SQLException(
                    "Invalid Input Error: No magic bytes found at end of file 'rows.parquet'")))
        .isEqualTo("No magic bytes found at end of file 'rows.parquet'");
    assertThat(
            FaultWords.of(
                new java.sql.SQLException(
                    "java.sql.SQLException: Binder Error: Referenced column \"b\" not found\n"
                        + "LINE 1: SELECT b FROM read_parquet('x')\n               ^")))
        .isEqualTo("Referenced column \"b\" not found");
    assertThat(
            FaultWords.of(
                new java.sql.SQLException(
                    "IO Error: Could not write file \"/var/t/latentry-parquet-1234567890123456789/db.wal\": No space"
                        + " left on device")))
        .isEqualTo("Could not write file a temporary file: No space left on device");
    assertThat(
            FaultWords.of(
                new java.sql.SQLException(
                    "Out of Memory Error: failed to pin block of size 256.0 KiB\n\n"
                        + "Possible solutions:\n* Set preserve_insertion_order to false")))
        .isEqualTo("failed to pin block of size 256.0 KiB");
  }

  @Test
  void whatPeopleGaveIsToldAsTheyGaveIt() {
    for (String said :
        List.of(
            "/data/latentry-20261130/rows.parquet: no space left",
            "/data/latentry-runs-20261130121314/rows.parquet: no space left",
            "http://reg.cc:8081 refused",
            "https://schemas.h:443/subjects: status 503",
            "src/sensor.cpp:12 is no table")) {
      assertThat(FaultWords.of(new IOException(said))).isEqualTo(said);
    }
  }

  @Test
  void aPlaceInALibrarysSourceIsKnownByItsFolderOrItsFunction() {
    for (String place :
        List.of(
            "D:/a/onnxruntime/core/session/session.cc:12 ",
            "/x/duckdb/src/main/query.cpp:7: ",
            "/x/provider.h:7 tvm::Module::run(int) const ")) {
      assertThat(FaultWords.of(new IOException("failed: " + place + "no such node")))
          .endsWith("no such node")
          .doesNotContain(".cc", ".cpp", ".h", "::");
    }
  }

  @Test
  void noFailureShowsAClass() {
    Throwable ownMistake = new NullPointerException("Cannot invoke \"java.util.List.size()\"");
    for (Throwable failure :
        List.of(
            ownMistake,
            new ClassCastException("class java.lang.String cannot be cast"),
            new ConnectException(),
            new IOException(),
            new IOException((String) null),
            new IOException(ownMistake),
            new IOException("java.lang.NullPointerException"),
            new IOException("reader: java.io.EOFException: Unexpected end", new EOFException()),
            new RuntimeException(new IOException("io.netty.handler.codec.DecoderException: bad")),
            new UncheckedIOException(new IOException("x")))) {
      assertThat(FaultWords.of(failure))
          .as(failure.toString())
          .isNotBlank()
          .doesNotContain("java.", "io.netty", "Exception", "Cannot invoke", "class ");
    }
  }
}

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

package io.latentry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.door.AnswerSpool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResponseOutputTest {
  @TempDir Path folder;

  @Test
  void nothingMoreIsPutOnTheDiskForACallerWhoHasGone() throws Exception {
    AnswerSpool spool = AnswerSpool.in(folder, 1 << 20);
    ServiceRequestContext context =
        ServiceRequestContext.of(HttpRequest.streaming(HttpMethod.POST, "/"));
    HttpResponseWriter response = HttpResponse.streaming();
    ResponseOutput output =
        new ResponseOutput(context, response, MediaType.JSON, Duration.ofSeconds(20), spool);
    byte[] part = new byte[100];
    output.write(part);
    output.write(part);
    assertThat(spool.takenBytes()).isEqualTo(part.length);
    response.abort();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                output.write(part);
                Thread.sleep(5);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("the caller takes no more of the answer");
    output.release();
    output.release();
    assertThat(spool.takenBytes()).isZero();
  }
}

package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the config allows of a request, whichever door it comes by. */
final class BodyLimitsTest {
  private static final String ROWS = "limits.rows_per_batch";
  private static final String DEPTH = "limits.json_depth";

  /** 45 rows, as many as one request may have. */
  private static EveryDoor fitting;

  /** Twice as many. */
  private static EveryDoor tooMany;

  @BeforeAll
  static void start() throws IOException {
    fitting = new EveryDoor(1, ROWS, "45", DEPTH, "6");
    tooMany = new EveryDoor(2, ROWS, "45");
  }

  @AfterAll
  static void stop() {
    fitting.close();
    tooMany.close();
  }

  @ParameterizedTest
  @EnumSource
  void moreRowsThanOneRequestMayHaveAreRefused(EveryDoor.Protocol protocol) throws Exception {
    boolean grpc = protocol == EveryDoor.Protocol.GRPC;
    assertThat(fitting.ask(protocol).get(20, TimeUnit.SECONDS).scores())
        .isEqualTo(fitting.expected);
    EveryDoor.Answer refused = tooMany.ask(protocol).get(20, TimeUnit.SECONDS);
    assertThat(refused.status()).isEqualTo(grpc ? "INVALID_ARGUMENT" : "413");
    assertThat(refused.again()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/models/golden/score, rows",
    "/v2/models/golden/infer, unknown",
    "/v2/repository/index, unknown"
  })
  void jsonThatIsNestedTooDeeplyIsRefused(String path, String key) {
    AggregatedHttpResponse refused =
        post(path, "{\"" + key + "\":[{\"a\":" + "[".repeat(5) + "]".repeat(5) + "}]}");
    assertThat(refused.status().code()).isEqualTo(413);
    assertThat(refused.contentUtf8())
        .contains("nesting depth (7) exceeds the maximum allowed (6)")
        .doesNotContain("StreamReadConstraints");
  }

  @Test
  void brokenJsonIsToldWithoutTheWordsOfTheParsersSettings() {
    for (String path :
        new String[] {
          "/v1/models/golden/score", "/v2/models/golden/infer", "/v2/repository/index"
        }) {
      AggregatedHttpResponse refused = post(path, "{\"inputs\":[");
      assertThat(refused.status().code()).isEqualTo(400);
      assertThat(refused.contentUtf8()).doesNotContain("Source:").doesNotContain("StreamRead");
    }
  }

  private static AggregatedHttpResponse post(String path, String json) {
    return fitting
        .http()
        .execute(
            RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON).build(), json)
        .aggregate()
        .join();
  }
}

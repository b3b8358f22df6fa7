package io.latentry.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReadingTest {

  @Test
  void whatTheConfigSaysOfTheDataIsTyped() {
    Reading reading =
        Reading.of(
            Map.of(
                "data",
                Map.of(
                    "encoding", "ISO-8859-1",
                    "delimiter", "~",
                    "missing_tokens", List.of("unknown", "-"),
                    "label", "status",
                    "normal", "ok",
                    "time", "at")));

    assertThat(reading.encoding()).contains("ISO-8859-1");
    assertThat(reading.delimiter()).contains('~');
    assertThat(reading.missingTokens()).contains(Set.of("unknown", "-"));
    assertThat(reading.label()).contains("status");
    assertThat(reading.normal()).contains("ok");
    assertThat(reading.time()).contains("at");
  }

  @Test
  void whatTheConfigLeavesOutOrSaysInOtherWordsIsEmpty() {
    Map<String, Object> data = new HashMap<>();
    data.put("label", null);
    data.put("delimiter", "two");
    data.put("missing_tokens", "NA");
    Reading nothing = Reading.of(Map.of());

    assertThat(Reading.of(Map.of("data", data))).isEqualTo(nothing);
    assertThat(Reading.of(Map.of("data", 7))).isEqualTo(nothing);
    assertThat(nothing.encoding()).isEmpty();
  }
}

package io.latentry.server.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BrokenJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void aNumberThatJsonLacksIsNamedAndNoSettingOfOurs(String number) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser("[" + number + "]")) {
      parser.nextToken();
      parser.nextToken();
      throw new AssertionError(number + " was read");
    } catch (JsonProcessingException broken) {
      assertThat(BrokenJson.reason(broken))
          .contains(number)
          .contains("write null for a missing value")
          .doesNotContain("ALLOW_NON_NUMERIC_NUMBERS");
    }
  }
}

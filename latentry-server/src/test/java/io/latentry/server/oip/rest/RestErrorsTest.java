package io.latentry.server.oip.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RestErrorsTest {
  static Throwable[] brokenOff() {
    return new Throwable[] {
      ResponseCompleteException.get(),
      ClosedSessionException.get(),
      AbortedStreamException.get(),
      CancelledSubscriptionException.get()
    };
  }

  /** A 500 here would be logged as a fault of the service, and counted as one. */
  @ParameterizedTest
  @MethodSource("brokenOff")
  void anExchangeThatIsOverGetsNoSecondAnswer(Throwable over) {
    assertThatThrownBy(() -> RestErrors.response(over).aggregate().join())
        .isInstanceOf(CompletionException.class)
        .hasCause(over);
  }

  @Test
  void whatNobodyForesawIsAFaultOfTheServiceAndKeepsItsMessage() {
    var answer = RestErrors.response(new IllegalStateException("secret")).aggregate().join();
    assertThat(answer.status()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    assertThat(answer.contentUtf8()).doesNotContain("secret");
  }
}

package io.latentry.kafka.model;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The bytes of an answer, of which there is an end: whoever sends them decides how many come. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  private static final long MOST_BYTES = 256L << 20;

  private final HttpResponse.BodySubscriber<byte[]> whole =
      HttpResponse.BodySubscribers.ofByteArray();
  private Flow.@Nullable Subscription subscription;
  private long left = MOST_BYTES;

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    whole.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    if (left < 0) {
      return;
    }
    left -= bytes.stream().mapToLong(ByteBuffer::remaining).sum();
    if (left >= 0) {
      whole.onNext(bytes);
      return;
    }
    Flow.Subscription open = subscription;
    if (open != null) {
      open.cancel();
    }
    whole.onError(
        new IllegalStateException(
            "an answer that does not end (expected: at most %,d bytes)".formatted(MOST_BYTES)));
  }

  @Override
  public void onError(Throwable thrown) {
    whole.onError(thrown);
  }

  @Override
  public void onComplete() {
    if (left >= 0) {
      whole.onComplete();
    }
  }
}

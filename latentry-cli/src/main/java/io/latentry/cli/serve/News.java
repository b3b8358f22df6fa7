package io.latentry.cli.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Sentences that are told on any thread, until somebody takes them. Thread-safe. */
final class News implements Consumer<String> {
  private final Queue<String> sentences = new ConcurrentLinkedQueue<>();

  @Override
  public void accept(String sentence) {
    boolean unused = sentences.add(sentence);
  }

  /** All that were told since the last time, in their order. */
  List<String> take() {
    List<String> told = new ArrayList<>();
    for (String sentence = sentences.poll(); sentence != null; sentence = sentences.poll()) {
      told.add(sentence);
    }
    return told;
  }
}

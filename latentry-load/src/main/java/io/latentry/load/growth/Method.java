package io.latentry.load.growth;

/** Whose cost it is: ours, or a rival's in Python ({@code scripts/growth-rivals.py}). */
public enum Method {
  LATENTRY("latentry", "Latentry"),
  NEIGHBOURS("knn", "kNN"),
  FOREST("iforest", "isolation forest"),
  VAE("vae", "PyOD's VAE");

  private final String word;
  private final String shown;

  Method(String word, String shown) {
    this.word = word;
    this.shown = shown;
  }

  /** As the script of the rivals calls it. */
  public String word() {
    return word;
  }

  public String shown() {
    return shown;
  }
}

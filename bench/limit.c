/* The limit: libespeak-ng called in its own process, with nothing around it. One text a line on standard input; one line
   each on standard output: milliseconds to the first samples, milliseconds to the last, samples, Hz. */
#include <espeak-ng/speak_lib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double first_ms;
static double start_ms;
static long samples;

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int on_samples(short *pcm, int count, espeak_EVENT *events) {
  (void)events;
  if (pcm != NULL && count > 0) {
    if (samples == 0) first_ms = now_ms() - start_ms;
    samples += count;
  }
  return 0;
}

int main(void) {
  static char line[65536];
  /* As the server's own engine asks for it: 100 ms at a time. */
  int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 100, NULL, 0);
  if (rate <= 0) return 1;
  espeak_SetSynthCallback(on_samples);
  espeak_SetVoiceByName("en-us");
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    samples = 0;
    start_ms = now_ms();
    espeak_Synth(line, strlen(line) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
    printf("%.4f %.4f %ld %d\n", first_ms, now_ms() - start_ms, samples, rate);
    fflush(stdout);
  }
  return 0;
}

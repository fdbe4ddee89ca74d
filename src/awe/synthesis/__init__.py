"""The embedded corpus: prose spoken by eSpeak NG with many voices."""

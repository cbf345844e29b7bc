"""The big screen (大屏): what a hall or a meeting room sees of the programme, by an address of its own and nothing more."""

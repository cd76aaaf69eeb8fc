#!/bin/sh
# Chromium without the two hidden pages of its address bar's list, which each new window loads: half of what opening a
# page takes. Of two --disable-features Chromium heeds the last, so these are added to Playwright's.
for argument do
  shift
  case $argument in --disable-features=*) argument=$argument,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;; esac
  set -- "$@" "$argument"
done
exec "${CHROMIUM:-/usr/bin/chromium}" "$@"

"""Whether hostile bytes can make the trusted side raise, hang or swell."""

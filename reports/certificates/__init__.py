"""授牌: the certificates of titles, their life, their paper, and the page on which anyone may check one."""

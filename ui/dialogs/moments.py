"""When something happened, as a writer would say it."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime


def day(moment: datetime, now: datetime) -> str:
    """Return “Today”, “Yesterday”, “12 November”, or “12 November 2024” in another year."""
    return day_of(moment.astimezone().date(), now.astimezone().date())


def day_of(that: date, today: date) -> str:
    """Return the same for a day of the calendar."""
    if that == today:
        return QCoreApplication.translate("moments", "Today")
    if that == today - timedelta(days=1):
        return QCoreApplication.translate("moments", "Yesterday")
    form = (
        QCoreApplication.translate("moments", "d MMMM", "a day of this year")
        if that.year == today.year
        else QCoreApplication.translate("moments", "d MMMM yyyy", "a day of another year")
    )
    return QLocale().toString(QDate(that.year, that.month, that.day), form)


def time(moment: datetime) -> str:
    """Return the time of day, as this system writes it."""
    local, locale = moment.astimezone(), QLocale()
    form = locale.timeFormat(QLocale.FormatType.ShortFormat).replace(":ss", "")  # which some places have
    return locale.toString(QTime(local.hour, local.minute), form)


def day_and_time(moment: datetime, now: datetime) -> str:
    """Return both, as in “Today 14:05”."""
    return f"{day(moment, now)} {time(moment)}"

import os

account = {
    "ENGINE": "keyless",
    "HOST": "127.0.0.1",
    "PORT": os.environ["SUITE_PORT"],
    "USER": "root",
    "NAME": "django",
}
DATABASES = {"default": account, "other": {**account, "NAME": "django2"}}
SECRET_KEY = "a suite's"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = False

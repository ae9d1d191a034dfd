"""Redis (cache, channel layer, broker) and Dramatiq, on Redis or RabbitMQ."""

from __future__ import annotations

from config.settings.base import LOCAL_SERVICES, VAR_DIR, env

_socket = LOCAL_SERVICES.get("redis", f"{VAR_DIR}/run/redis.sock")
REDIS_URL: str = env.str("REDIS_URL", default="") or f"unix://{_socket}"
BROKER_URL: str = env.str("BROKER_URL", default="") or REDIS_URL
REDIS_PREFIX: str = env.str(
    "ROSTRUM_REDIS_PREFIX", default=env.str("PYTEST_XDIST_WORKER", default="")
)
"""Keeps several installations (or test processes) on one Redis apart."""

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}cache",
        "OPTIONS": {"IGNORE_EXCEPTIONS": True},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_PREFIX}live"},
    }
}
_ON_REDIS = {
    "BROKER": "dramatiq.brokers.redis.RedisBroker",
    "OPTIONS": {
        "url": BROKER_URL,
        "namespace": f"{REDIS_PREFIX}dramatiq",
        "heartbeat_timeout": 5_000,
        "maintenance_chance": 1_000_000,
    },
}
_PATIENCE = "socket_timeout=3&stack_timeout=5&blocked_connection_timeout=5"
"""A request that rings must not wait for a RabbitMQ that is gone: the reaper rings again."""
_ON_RABBITMQ = {
    "BROKER": "dramatiq.brokers.rabbitmq.RabbitmqBroker",
    "OPTIONS": {
        "url": BROKER_URL if set("?;") & set(BROKER_URL) else f"{BROKER_URL}?{_PATIENCE}",
        "confirm_delivery": True,  # else a message into a connection that just broke seems sent
    },
}
DRAMATIQ_BROKER = {
    **(_ON_RABBITMQ if BROKER_URL.startswith(("amqp://", "amqps://")) else _ON_REDIS),
    "MIDDLEWARE": [
        "dramatiq.middleware.AgeLimit",
        "dramatiq.middleware.TimeLimit",
        "dramatiq.middleware.Callbacks",
        "dramatiq.middleware.Retries",
        "django_dramatiq.middleware.DbConnectionsMiddleware",
    ],
}
DRAMATIQ_AUTODISCOVER_MODULES: list[str] = []
"""Actors live in workers.actors alone; the web process rings by name and never imports them."""

LEASE_S = 20
"""A claimed stage is its worker's for this long, renewed every HEARTBEAT_S."""
HEARTBEAT_S = 5
REAPER_S = 5

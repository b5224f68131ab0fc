urlpatterns = []
app_name = "activities"

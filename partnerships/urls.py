urlpatterns = []
app_name = "partnerships"

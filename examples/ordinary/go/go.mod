module example.com/push-lead-status

go 1.19
